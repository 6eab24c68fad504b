"""Read every sign in a photo aloud, in French."""

photo: Image
language: str = "French"

words = read_text(photo)
french = translate(words.text, language)
voice = speak(french)
