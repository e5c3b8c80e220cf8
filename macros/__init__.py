"""The district's buttons: a workbench workbook and an Excel add-in, built from text on any system."""
