"""What an emergency needs on the ground: gates to staff, points that people walk to."""
