/** Listen, die als Tabellen gespeichert werden. */
export const table = {
  'table.save': 'CSV herunterladen',
  'table.reading': 'Die Tabelle wird gelesen …',
  'table.oneRegistry': 'Eine Tabelle ist von einer Registry: Schränken Sie die Liste auf eine ein.',
  'table.nameAlone': 'Eine Tabelle schränkt nur ein Teil des Namens ein: Nehmen Sie die anderen Filter weg.',
  'table.tooLarge':
    'Die Tabelle ist größer als {size} und wurde nicht gespeichert. Schränken Sie die Liste ein, oder lesen Sie sie ' +
    'über REST: docs/rest.md.',
  'table.failed':
    'Das Gateway hat nicht geantwortet oder abgebrochen: Nichts wurde gespeichert. Versuchen Sie es noch einmal.',
} as const;
