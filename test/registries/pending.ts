/** Cells of the table that the gateway does not fulfil yet: they are skipped, and counted as that. */
interface Pending {
  /** What is lacking. */
  readonly lacking: string;
  /** How the subjects' names begin. */
  readonly subjects: readonly string[];
  /** Parts of the behaviours' names. */
  readonly behaviours: readonly string[];
}

const reading = ['it is read whole', 'what is pushed, moved and new'];
const deletions = ['an image goes whole', 'an index goes', 'what the registry itself', 'a repository goes whole'];
const ggcr = ["go-containerregistry's registry", 'ggcr'];

const pending: readonly Pending[] = [
  { lacking: 'repositories that an empty catalogue leaves out are followed', subjects: ['artifact-registry'], behaviours: ['a push shows', 'a tag that was moved', ...reading] },
  { lacking: 'the challenge of a catalogue is answered with the scope it names', subjects: ['zot'], behaviours: ['a tag', 'tags are found', 'a push shows', 'a dry run', ...reading] },
  { lacking: 'registries that ignore conditions are asked by HEAD', subjects: ggcr, behaviours: ['what is pushed, moved and new'] },
  {
    lacking: 'a rate limit is waited out',
    subjects: ['limited', 'olareg'],
    behaviours: ['a push shows', 'a tag that was moved', 'it is read whole', 'what is pushed, moved and new', 'it is attached', 'a dry run', 'a tag goes', ...deletions],
  },
  { lacking: 'tags are deleted before their image where that is needed', subjects: [...ggcr, 'artifact-registry', 'zot'], behaviours: deletions },
  { lacking: 'a list that lags is looked at again', subjects: ['lagging', 'quay'], behaviours: ['a tag goes', ...deletions] },
  { lacking: 'what a registry locks is told as that', subjects: ['harbor', 'locking'], behaviours: deletions.slice(2) },
  { lacking: 'a dry run says what keeps a deletion from going', subjects: ['docker-hub', 'ghcr', 'olareg'], behaviours: ['a dry run'] },
];

export function isPending(subject: string, behaviour: string): boolean {
  return pending.some(({ subjects, behaviours }) => subjects.some((name) => subject.startsWith(name)) && behaviours.some((name) => behaviour.startsWith(name)));
}
