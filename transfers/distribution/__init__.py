"""What HKEX distributes, as its folders and names tell: pure."""
