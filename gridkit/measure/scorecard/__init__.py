"""The scorecard: indicators of a plan side by side, every one with n of N; no total score, and no ranks."""
