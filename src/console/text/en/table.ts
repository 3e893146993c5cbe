/** Lists that are saved as tables. */
export const table = {
  'table.save': 'Download CSV',
  'table.reading': 'The table is being read…',
  'table.oneRegistry': 'A table is of one registry: narrow the list to one.',
  'table.nameAlone': 'A table is narrowed by a part of the name alone: take the other filters away.',
  'table.tooLarge':
    'The table is larger than {size}, and was not saved. Narrow the list, or read it over REST: docs/rest.md.',
  'table.failed': 'The gateway did not answer, or broke off: nothing was saved. Try again.',
} as const;
