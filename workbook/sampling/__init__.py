"""How samples are drawn: what is invented, and what then goes wrong with it; ``workbook.sample`` is the door."""
