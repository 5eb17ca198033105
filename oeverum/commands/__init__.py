"""The commands of each noun, such as `oeverum permit submit`: what is typed, and what is printed."""
