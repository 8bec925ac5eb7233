"""What happens to a plan after it is made: edits, redraws, feedback, history."""
