from collections.abc import Callable

import pytest

from intermodal import Context, Image

Photo = Callable[[str], Image]


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("chelsea.png", {"Egyptian cat", "tabby", "tiger cat"}),
        ("coffee.png", {"espresso"}),
        ("camera.png", {"tripod"}),
        ("china.jpg", {"palace"}),
        ("motorcycle_left.png", {"moped", "motor scooter"}),
    ],
)
def test_names_the_main_subject(looking: Context, photo: Photo, name: str, classes: set[str]) -> None:
    found = looking.need_call()("classify_image", image=photo(name))
    assert found.label in classes
    assert len(found.guesses) == 5
    scores = [guess.score for guess in found.guesses]
    assert scores == sorted(scores, reverse=True) and 0 <= scores[-1] <= scores[0] <= 1


@pytest.mark.embedded
def test_gives_as_many_classes_as_asked(looking: Context, photo: Photo) -> None:
    found = looking.need_call()("classify_image", image=photo("coffee.png"), top=2)
    assert str(found).startswith("espresso 8")
    assert len(found.guesses) == 2
