"""The roadmap as files, each made of what an audience may see and of nothing else."""
