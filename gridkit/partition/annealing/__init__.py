"""The search: a power diagram annealed, repaired, exchanged and annealed anew in places."""
