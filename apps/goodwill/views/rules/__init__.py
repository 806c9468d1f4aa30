"""The administrator's pages of goodwill: one module for each sort of rule."""
