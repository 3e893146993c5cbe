/** Which tags of which repositories are kept, as the gateway has it. */
export interface RetentionRule {
  readonly repository: string;
  readonly tags: string;
  readonly keepLast: number | null;
  /** Days. */
  readonly keepYoungerThan: number | null;
  readonly keepMatching: readonly string[];
  readonly keepSemver: string | null;
}

/** A rule as the texts of its fields; empty: the condition is not there. */
export interface RetentionFields {
  readonly repository: string;
  readonly tags: string;
  readonly keepLast: string;
  readonly keepYoungerThan: string;
  /** Patterns with spaces or commas between them. */
  readonly keepMatching: string;
  readonly keepSemver: string;
}

export const newRule: RetentionFields = {
  repository: '',
  tags: '*',
  keepLast: '10',
  keepYoungerThan: '30',
  keepMatching: '',
  keepSemver: '',
};

export function fieldsOf(rule: RetentionRule): RetentionFields {
  return {
    repository: rule.repository,
    tags: rule.tags,
    keepLast: printNumber(rule.keepLast),
    keepYoungerThan: printNumber(rule.keepYoungerThan),
    keepMatching: rule.keepMatching.join(' '),
    keepSemver: rule.keepSemver ?? '',
  };
}

/** The rule of these fields; null: it is not whole, as it is of no repositories, or a number is none. */
export function readRule(fields: RetentionFields): RetentionRule | null {
  const keepLast = readNumber(fields.keepLast);
  const keepYoungerThan = readNumber(fields.keepYoungerThan);
  const repository = fields.repository.trim();
  if (repository === '' || keepLast === undefined || keepYoungerThan === undefined) return null;
  return {
    repository,
    tags: fields.tags.trim() || '*',
    keepLast,
    keepYoungerThan,
    keepMatching: fields.keepMatching.split(/[\s,]+/).filter((pattern) => pattern !== ''),
    keepSemver: fields.keepSemver.trim() || null,
  };
}

function printNumber(value: number | null): string {
  return value === null ? '' : String(value);
}

/** undefined: the text is no whole number from 1 on. */
function readNumber(text: string): number | null | undefined {
  const digits = text.trim();
  if (digits === '') return null;
  return /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : undefined;
}
