import { createValidity } from '../../../src/domain/validity.js';

describe('validity', () => {
  it('keeps the last condition of each subject', () => {
    const validity = createValidity();
    const [first, second, other] = [() => true, () => true, () => true];
    validity.require('a', first);
    validity.require('a', second);
    validity.require('b', other);
    expect(validity.conditions).toEqual([second, other]);
  });

  it('ends for good', () => {
    const validity = createValidity();
    validity.end();
    validity.require('a', () => true);
    expect(validity.conditions).toBeNull();
  });

  it.each([
    [20, false],
    [21, true],
  ])('counts subjects: of %i it is over, %s', (subjects, isOver) => {
    const validity = createValidity();
    for (let subject = 0; subject < subjects; subject++) validity.require(`${subject}`, () => true);
    validity.require('0', () => true);
    expect(validity.conditions === null).toBe(isOver);
  });
});
