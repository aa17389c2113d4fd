"""What people see: the page of the payer and the dashboard, from templates, in Spanish and English."""
