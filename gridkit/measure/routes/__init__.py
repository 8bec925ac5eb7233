"""Ways of people who walk: patrols along streets, rounds through doors, who is due and who was visited."""
