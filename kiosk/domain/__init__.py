"""The rules, pure: standard library and NumPy in, values out, time as an argument."""
