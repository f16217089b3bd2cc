"""The roadmap for people without an account: to whom what is shown, and by which links."""
