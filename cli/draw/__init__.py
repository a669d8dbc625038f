"""What the commands draw with: number lines, registers, transcripts, and what refutes a claim."""
