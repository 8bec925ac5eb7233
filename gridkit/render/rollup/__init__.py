"""All districts of a batch on one page and in one workbook."""
