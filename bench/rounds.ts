import { quantile } from './load.js';
import { report } from './report.js';

/** Milliseconds that each took in one round, in which they were asked by turns. */
export interface Round {
  readonly ours: number;
  readonly ofPeer: number;
}

/** Reports the median of the rounds' ratios, since other work falls on both of a round; it is to be `aim` or more. */
export function reportRounds(name: string, rounds: readonly Round[], aim: number): void {
  const medianOf = (values: readonly number[]): number => quantile(values, 0.5);
  const ratios = rounds.map(({ ours, ofPeer }) => ofPeer / ours);
  report({
    case: name,
    value: medianOf(ratios),
    unit: 'times',
    target: ['>=', aim],
    milliseconds: medianOf(rounds.map(({ ours }) => ours)),
    ofPeer: medianOf(rounds.map(({ ofPeer }) => ofPeer)),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  });
}
