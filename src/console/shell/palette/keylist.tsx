import type { ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { useShell } from '../context.js';
import { entries } from '../entries.js';
import { goLetters } from '../gokeys.js';
import './keylist.css';

/** Keys that are pressed together have a plus between them, those one after the other a space. */
type Line = readonly [keys: readonly string[], text: string];

/** All keys of the console. */
export function KeyList({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const screens = entries.flatMap(({ text, isShown }): Line[] => {
    const letter = goLetters[text];
    return letter === undefined || (shell !== null && isShown && !isShown(shell)) ? [] : [[[`g ${letter}`], t(text)]];
  });
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <div className="keylist">
        <Keys
          title={t('keys.anywhere')}
          lines={[
            [[t('key.search')], t('keys.search')],
            [['/'], t('keys.filter')],
            [['?'], t('keys.help')],
            [[t('key.escape')], t('keys.close')],
          ]}
        />
        <Keys title={t('keys.go')} lines={screens} />
        <Keys
          title={t('keys.lists')}
          lines={[
            [['↓', '↑', 'j', 'k'], t('keys.move')],
            [[t('key.pageDown'), t('key.pageUp'), t('key.home'), t('key.end')], t('keys.page')],
            [[t('key.enter')], t('keys.open')],
            [[t('keys.space'), t('key.nextToo'), t('key.all')], t('keys.choose')],
            [['c'], t('keys.copy')],
            [[t('key.delete')], t('keys.delete')],
          ]}
        />
      </div>
    </Dialog>
  );
}

function Keys({ title, lines }: { title: string; lines: readonly Line[] }): ReactNode {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {lines.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
