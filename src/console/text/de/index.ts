import type { Catalogue } from '../texts.js';
import { access } from './access.js';
import { audit } from './audit.js';
import { me } from './me.js';
import { repositories } from './repositories.js';
import { repository } from './repository.js';
import { shell } from './shell.js';

/** All texts in German. */
export const de: Catalogue = { ...shell, ...repositories, ...access, ...audit, ...me, ...repository };
