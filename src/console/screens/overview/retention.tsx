import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useGateway } from '../../data/context.js';
import { retentionYield } from '../../operations/retentionyield.js';
import { useHasScreen } from '../../shell/hasscreen.js';
import { useLanguage } from '../../text/context.js';
import { Panel } from '../../ui/panel.js';
import type { OverviewRegistry } from './types.js';

/** Where the rules are set. */
const rules: string = '/retention';

/** The bytes that retention would give back. It looks through the whole index: who wants to know asks for it. */
export function Retention({ registries }: { registries: readonly OverviewRegistry[] }): ReactNode {
  const { t, formats } = useLanguage();
  const gateway = useGateway();
  const hasRules = useHasScreen(rules);
  const [told, setTold] = useState<readonly string[] | 'asking' | null>(null);
  const ruled = registries.filter(
    ({ viewerCanApplyRetention, retention }) => viewerCanApplyRetention && retention.rules.length > 0,
  );
  if (ruled.length === 0) return null;
  const ask = async (): Promise<void> => {
    setTold('asking');
    const lines: string[] = [];
    // One after the other: each is a piece of work for the gateway.
    for (const { name } of ruled) {
      const { data, problem } = await gateway.ask(retentionYield, { registry: name });
      const yielded = data?.registryRetentionPreview;
      if (!yielded) lines.push(`${name}: ${problem?.message ?? t('unknown')}`);
      else if (yielded.goingTagCount === 0) lines.push(t('overview.retentionNone', { registry: name }));
      else {
        const [size, tags] = [formats.bytes(yielded.bytes), yielded.goingTagCount];
        lines.push(t('overview.retentionGives', { registry: name, size, tags }));
      }
    }
    setTold(lines);
  };
  return (
    <Panel title={t('overview.retention')}>
      <div className="panel-body" role="status">
        {told === 'asking' && <p className="muted">{t('overview.retentionAsking')}</p>}
        {Array.isArray(told) && told.map((line: string) => <p key={line}>{line}</p>)}
        {told === null && (
          <button type="button" className="button" onClick={() => void ask()}>
            {t('overview.retentionAsk')}
          </button>
        )}
      </div>
      {hasRules && (
        <footer className="panel-foot">
          <Link to={rules} className="link">
            {t('overview.retentionOpen')}
          </Link>
        </footer>
      )}
    </Panel>
  );
}
