"""What may leave the office: suppression and masking."""
