"""What is printed: the workbook and the cards."""
