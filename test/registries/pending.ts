/** Cells of the table that the gateway does not fulfil yet: they are skipped, and counted as that. */
interface Pending {
  /** What is lacking. */
  readonly lacking: string;
  /** How the subjects' names begin. */
  readonly subjects: readonly string[];
  /** Parts of the behaviours' names. */
  readonly behaviours: readonly string[];
}

const deletions = ['an image goes whole', 'an index goes', 'what the registry itself', 'a repository goes whole'];

const pending: readonly Pending[] = [
  { lacking: 'registries that ignore conditions are asked by HEAD', subjects: ["go-containerregistry's registry", 'ggcr', 'zot'], behaviours: ['what is pushed, moved and new'] },
  {
    lacking: 'a rate limit is waited out',
    subjects: ['limited', 'olareg'],
    behaviours: ['a push shows', 'a tag that was moved', 'it is read whole', 'what is pushed, moved and new', 'it is attached', 'a repository is looked up', 'a dry run', 'a tag goes', ...deletions],
  },
];

export function isPending(subject: string, behaviour: string): boolean {
  return pending.some(({ subjects, behaviours }) => subjects.some((name) => subject.startsWith(name)) && behaviours.some((name) => behaviour.startsWith(name)));
}
