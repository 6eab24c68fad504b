"""What people call things, and the drawing that they mean by it: "drawing: word, word ..." a line."""

from __future__ import annotations

_LINES = """
airplane: plane, aeroplane
alien monster: alien
automobile: car
baby chick: chick
balloon: hot air balloon
basket: picnic basket, picnic
bicycle: bike
birthday cake: cake
blossom: daisy
bread: toast
bridge at night: bridge
cat: kitten
cheese wedge: cheese
chicken: hen
cloud with rain: rain
cook: chef
couch and lamp: sofa, couch
crossed swords: knight
dagger: sword
delivery truck: truck
desert island: island
dog: puppy
droplet: raindrop, water, drop, water drop
envelope: letter
evergreen tree: pine, fir, forest
fire: campfire, flame
fire engine: fire truck
flying saucer: ufo
glass of milk: glass
globe showing europe africa: earth
grapes: grape
hamburger: burger
health worker: doctor
herb: grass
high voltage: lightning
horse: pony
hot beverage: coffee, cup, mug
house: home
house with garden: cottage
jack o lantern: pumpkin
laptop: computer
leaf fluttering in wind: leaf
light bulb: lamp, street lamp, street light
locomotive: train
mage: wizard, witch
man standing: man, father
mantelpiece clock: clock
mobile phone: phone
moon: full moon
motorcycle: motorbike
motorway: road
mountain: hill
musical keyboard: piano
musical notes: music
nesting dolls: doll
office building: skyscraper, building
old man: grandpa, grandfather
old woman: old lady, grandma, grandmother
open book: book
palm tree: palm
parrot: toucan
person running: runner
person standing: person
person with crown: king
pirate flag: pirate
pot of food: soup
potted plant: bush, plant
princess: queen
rabbit: bunny, hare
racing car: sports car
red apple: apple
red heart: heart
ringed planet: planet
rocket: spaceship, spacecraft
sailboat: boat, sailing boat, sailing ship
santa claus: santa
sauropod: dinosaur
snow capped mountain: mountain
snowman without snow: snowman
soccer ball: ball, football
soft ice cream: ice cream
spouting whale: whale
teacup without handle: tea
teddy bear: toy
television: tv
tokyo tower: tower
top hat: hat
umbrella on ground: beach umbrella, parasol
water wave: river, wave, waves
watering can: can
woman dancing: dancer
woman standing: woman, mother
wrapped gift: gift, present
"""

MEANT = {
    word.strip(): drawing
    for drawing, _, words in (line.partition(": ") for line in _LINES.strip().splitlines())
    for word in words.split(",")
}
