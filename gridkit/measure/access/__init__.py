"""What people reach on foot, and in how many minutes."""
