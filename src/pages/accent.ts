import type { HexColour } from '../domain/gateway.js';

/** Red, green and blue, 0 to 255. */
type Rgb = readonly [number, number, number];

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** The darkest ground that text stands on in light, and the lightest in dark, of the console's tokens.css. */
const lightGround = parse('#edf0f5');
const darkGround = parse('#1c2330');

/** Text needs this on its ground (WCAG 2.2, 1.4.3). */
const readable = 4.5;

/**
 * A colour that carries black text has this at the least: where a pointer is on it, a button is mixed with an eighth of
 * black.
 */
const bright = 7;

/** The tokens of the console that are of its accent, each for light and dark. */
export interface Accent {
  /** As text, and around what has the focus. */
  readonly accent: readonly [light: HexColour, dark: HexColour];
  /** Behind what is most important on a page, with `onGround` on it. */
  readonly ground: HexColour;
  readonly onGround: HexColour;
  /** Behind what is chosen: `accent` is read on it. */
  readonly soft: readonly [light: HexColour, dark: HexColour];
  readonly fill: readonly [light: HexColour, dark: HexColour];
}

/**
 * Derives the accent from a colour, whatever that is: each text has a contrast of 4.5 on each ground it stands on. Of
 * a colour that has it already the accent is the colour itself.
 */
export function deriveAccent(colour: HexColour): Accent {
  const given = parse(colour);
  const softLight = mix(given, white, 0.9);
  const softDark = mix(given, darkGround, 0.82);
  const light = reach(given, black, [lightGround, softLight]);
  const dark = reach(given, white, [darkGround, softDark]);
  const isBright = contrast(given, black) >= bright;
  const ground = isBright ? given : reach(given, black, [white]);
  return {
    accent: [print(light), print(dark)],
    ground: print(ground),
    onGround: print(isBright ? black : white),
    soft: [print(softLight), print(softDark)],
    fill: [print(mix(light, white, 0.4)), print(mix(dark, black, 0.35))],
  };
}

/**
 * The style sheet that gives the console an accent. It counts wherever it stands among others: they name the root once.
 */
export function printAccent({ accent, ground, onGround, soft, fill }: Accent): string {
  const both = ([light, dark]: readonly [string, string]): string => `light-dark(${light}, ${dark})`;
  return `:root:root {
  --accent: ${both(accent)};
  --accent-ground: ${ground};
  --on-accent: ${onGround};
  --accent-soft: ${both(soft)};
  --bar-fill: ${both(fill)};
}
`;
}

/** Moves a colour towards another, by hundredths, until it is read on all of the grounds. */
function reach(from: Rgb, to: Rgb, grounds: readonly Rgb[]): Rgb {
  for (let step = 0; step < 100; step += 1) {
    const moved = mix(from, to, step / 100);
    if (grounds.every((ground) => contrast(moved, ground) >= readable)) return moved;
  }
  return to;
}

/** `part` of the other colour, 0 to 1. */
function mix(one: Rgb, other: Rgb, part: number): Rgb {
  const at = (channel: 0 | 1 | 2): number => Math.round(one[channel] * (1 - part) + other[channel] * part);
  return [at(0), at(1), at(2)];
}

/** From 1, alike, to 21 (WCAG 2.2, "contrast ratio"). */
function contrast(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: Rgb): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const [red, green, blue] = colour;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function parse(colour: HexColour): Rgb {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

function print(colour: Rgb): HexColour {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
