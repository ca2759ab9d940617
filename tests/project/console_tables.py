"""Importing a table the way an operator does: shown first, then confirmed."""

from django.core.files.uploadedfile import SimpleUploadedFile


def preview(browser, address, text):
    file = SimpleUploadedFile("rows.csv", text.encode(), "text/csv")
    return browser.post(address, {"format": "0", "import_file": file})


def confirm(browser, address, page):
    asked = dict(page.context["confirm_form"].initial)
    return browser.post(address.replace("/import/", "/process_import/"), asked, follow=True)
