import { type Accent, deriveAccent, printAccent } from '../../../src/pages/accent.js';

const tokens = { lightGround: '#edf0f5', white: '#ffffff', darkGround: '#1c2330' };

/** WCAG 2.2, written apart from what is tested. */
function contrastOf(one: string, other: string): number {
  const luminances = [one, other].map((colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(...luminances) + 0.05) / (Math.min(...luminances) + 0.05);
}

/** The least contrast of any text of the accent on a ground that it stands on. */
function leastOf({ accent: [light, dark], ground, onGround, soft }: Accent): number {
  const pairs = [
    [light, tokens.lightGround],
    [light, tokens.white],
    [light, soft[0]],
    [dark, tokens.darkGround],
    [dark, soft[1]],
    [onGround, ground],
  ] as const;
  return Math.min(...pairs.map(([text, behind]) => contrastOf(text, behind)));
}

describe('the accent of the console', () => {
  const steps = ['00', '33', '66', '99', 'cc', 'ff'];
  const colours = steps.flatMap((red) =>
    steps.flatMap((green) => steps.map((blue): `#${string}` => `#${red}${green}${blue}`)),
  );

  it.each(['#808080', '#ffff00', '#000001', '#2450cf', ...colours] as const)('made of %s can be read', (colour) =>
    expect(leastOf(deriveAccent(colour))).toBeGreaterThanOrEqual(4.5),
  );

  it('stays the colour itself where that can be read', () => {
    expect(deriveAccent('#2450cf')).toMatchObject({ accent: ['#2450cf', expect.any(String)], ground: '#2450cf' });
    expect(deriveAccent('#ffd84d').ground).toBe('#ffd84d');
    expect(deriveAccent('#ffd84d').onGround).toBe('#000000');
  });

  it('becomes a style sheet of colours alone', () => {
    const colour = '#[0-9a-f]{6}';
    const both = `light-dark\\(${colour}, ${colour}\\)`;
    const lines = [
      `--accent: ${both}`,
      `--accent-ground: ${colour}`,
      `--on-accent: ${colour}`,
      `--accent-soft: ${both}`,
      `--bar-fill: ${both}`,
    ];
    expect(printAccent(deriveAccent('#0a7f5c'))).toMatch(
      new RegExp(`^:root:root \\{\\n${lines.map((line) => `  ${line};\\n`).join('')}\\}\\n$`),
    );
  });
});
