import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import {
  type Density,
  type KeptPreferences,
  type PinnedRepository,
  preferenceBounds,
  type SavedView,
  type Theme,
} from '../../domain/preferences.js';
import type { PullTool } from '../../domain/pull.js';
import { createEnumType } from '../enum.js';
import { Payload } from './errors.js';
import { PullToolEnum } from './pull.js';

export const ThemeEnum = createEnumType<Theme>('Theme', 'Whether the console is light or dark.', {
  SYSTEM: 'As the system has it.',
  LIGHT: 'Always light.',
  DARK: 'Always dark.',
});

export const DensityEnum = createEnumType<Density>('Density', 'How much the console puts on a screen.', {
  COMFORTABLE: 'Rows that are easy to tell apart.',
  COMPACT: 'Lower rows, so that more of them are seen.',
});

@ObjectType('PinnedRepository', {
  description: 'A repository that somebody pinned, by its names as they were then: it may be gone.',
})
export class PinnedRepositoryType implements PinnedRepository {
  @Field({ description: "The registry's name." })
  registry!: string;
  @Field({ description: "The repository's full name." })
  repository!: string;
}

@ObjectType('SavedView', { description: 'A screen of the console with its filters, under a name.' })
export class SavedViewType implements SavedView {
  @Field({ description: 'The name that somebody gave it.' })
  name!: string;
  @Field({ description: "Its address below the console's own: `/repositories?sort=largest`." })
  path!: string;
}

@ObjectType('Preferences', {
  description:
    'How somebody wants the console: kept with the account, and shown to nobody else. The gateway itself goes by ' +
    'none of it.',
})
export class PreferencesType implements KeptPreferences {
  @Field(() => ThemeEnum, { description: 'Light or dark.' })
  theme!: Theme;
  @Field(() => DensityEnum, { description: 'How high the rows of lists are.' })
  density!: Density;
  @Field(() => String, {
    nullable: true,
    description: 'The language, a tag of BCP 47: `de`; null: as the browser has it.',
  })
  language!: string | null;
  @Field(() => PullToolEnum, {
    nullable: true,
    description: 'The tool whose commands are shown first; null: none was chosen.',
  })
  pullTool!: PullTool | null;
  @Field(() => [PinnedRepositoryType], {
    description: `Repositories that stand in the bar, in their order: ${preferenceBounds.pins} at the most.`,
  })
  pinnedRepositories!: readonly PinnedRepository[];
  @Field(() => [SavedViewType], {
    description: `Screens that stand in the bar, in their order: ${preferenceBounds.views} at the most.`,
  })
  savedViews!: readonly SavedView[];
  @Field(() => Int, {
    description: 'The number of changes so far, for `SetPreferencesInput.expectedVersion`; 0: none was made yet.',
  })
  version!: number;
}

@InputType('PinnedRepositoryInput', { description: 'A repository to pin. It need not be there.' })
export class PinnedRepositoryInput implements PinnedRepository {
  @Field({ description: "The registry's name." })
  registry!: string;
  @Field({ description: "The repository's full name." })
  repository!: string;
}

@InputType('SavedViewInput', { description: 'A screen of the console to keep under a name.' })
export class SavedViewInput implements SavedView {
  @Field({ description: `Its name, 1 to ${preferenceBounds.viewName} characters.` })
  name!: string;
  @Field({
    description: `Its address below the console's own, one slash first, up to ${preferenceBounds.path} characters.`,
  })
  path!: string;
}

@InputType('SetPreferencesInput', {
  description:
    `Preferences that change; a field that is left out stays. All of them together have ${preferenceBounds.bytes} ` +
    'bytes as JSON at the most.',
})
export class SetPreferencesInput {
  @Field(() => ThemeEnum, { nullable: true, description: 'Light or dark.' })
  theme?: Theme | null;
  @Field(() => DensityEnum, { nullable: true, description: 'How high the rows of lists are.' })
  density?: Density | null;
  @Extensions({ nullIsValue: true })
  @Field(() => String, { nullable: true, description: 'A tag of BCP 47; null: as the browser has it.' })
  language?: string | null;
  @Extensions({ nullIsValue: true })
  @Field(() => PullToolEnum, { nullable: true, description: 'The tool whose commands are shown first; null: none.' })
  pullTool?: PullTool | null;
  @Field(() => [PinnedRepositoryInput], {
    nullable: true,
    description: `All pins, in the place of those from before: ${preferenceBounds.pins} at the most.`,
  })
  pinnedRepositories?: PinnedRepositoryInput[] | null;
  @Field(() => [SavedViewInput], {
    nullable: true,
    description: `All views, in the place of those from before: ${preferenceBounds.views} at the most.`,
  })
  savedViews?: SavedViewInput[] | null;
  @Field(() => Int, {
    nullable: true,
    description:
      'The number of changes that `Preferences.version` told when it was read: where it is another by now, nothing ' +
      'is changed, and the error is a ChangedSinceReadError. Left out, the last one to change a field wins.',
  })
  expectedVersion?: number | null;
}

@ObjectType('SetPreferencesPayload', { description: 'The result of changing preferences.' })
export class SetPreferencesPayload extends Payload {
  @Field(() => PreferencesType, {
    nullable: true,
    description: 'The preferences as they are now; null after a failure.',
  })
  preferences?: KeptPreferences | null;
}
