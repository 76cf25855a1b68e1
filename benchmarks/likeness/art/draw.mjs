// Draws the characters of the packages beside it into the folder `figures`, as PNG on nothing, 512 points wide:
// figures/<set>/<character>.png. Within the emoji sets a character has one name in every set.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as styles from '@dicebear/collection';
import { createAvatar } from '@dicebear/core';
import { Resvg, initWasm } from '@resvg/resvg-wasm';

const WIDTH = 512;
const SEEDS = Array.from({ length: 16 }, (_, number) => `character ${number}`);
const STYLES = [
  'adventurer', 'avataaars', 'bigEars', 'bigSmile', 'bottts', 'croodles', 'lorelei', 'micah', 'miniavs', 'openPeeps',
  'personas', 'pixelArt', 'toonHead',
];
const SETS = ['twemoji', 'noto', 'openmoji', 'fluent-emoji-flat', 'fluent-emoji'];
const CHARACTERS = [
  'alien', 'astronaut', 'baby-chick', 'bear', 'beaver', 'cat', 'chipmunk', 'cook', 'cow', 'crab', 'crocodile', 'detective', 'dog',
  'dragon', 'elephant', 'farmer', 'firefighter', 'flamingo', 'fox', 'frog', 'genie', 'ghost', 'giraffe', 'guard', 'hedgehog',
  'koala', 'lady-beetle', 'lion', 'man-elf', 'man-mage', 'monkey', 'octopus', 'orangutan', 'owl', 'panda', 'parrot', 'peacock',
  'penguin', 'pig', 'prince', 'princess', 'rabbit', 'robot', 'rooster', 'santa-claus', 'snail', 'snowman', 'tiger', 'turtle',
  'unicorn', 'whale', 'woman-fairy', 'woman-mage', 'woman-superhero', 'woman-vampire',
];

await initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));

function draw(set, character, svg) {
  const folder = `figures/${set}`;
  mkdirSync(folder, { recursive: true });
  const picture = new Resvg(svg, { fitTo: { mode: 'width', value: WIDTH }, font: { loadSystemFonts: false } });
  writeFileSync(`${folder}/${character}.png`, picture.render().asPng());
}

for (const style of STYLES) {
  SEEDS.forEach((seed, number) => {
    draw(style, String(number).padStart(2, '0'), createAvatar(styles[style], { seed }).toString());
  });
}
for (const set of SETS) {
  const found = JSON.parse(readFileSync(`node_modules/@iconify-json/${set}/icons.json`));
  for (const character of CHARACTERS) {
    const name = found.aliases?.[character]?.parent ?? character;
    const icon = found.icons[name];
    if (!icon) continue;
    const box = `0 0 ${icon.width ?? found.width ?? 16} ${icon.height ?? found.height ?? 16}`;
    draw(set, character, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${icon.body}</svg>`);
  }
}
