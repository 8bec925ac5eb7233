"""What happened where and when: rates, trends, hot spots."""
