"""Long work for programs: upload, follow and steer."""
