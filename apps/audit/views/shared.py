"""What the pages of the trail have in common."""

READ = "staff.view_trail"
