import React, { useEffect, useState } from 'react';
import ForgeReconciler, { Button, Inline, SectionMessage, Spinner, Stack, Text } from '@forge/react';
import { invoke } from '@forge/bridge';

import type { PanelState } from './state';
import { summary } from './state';

type Action = 'state' | 'subscribe' | 'unsubscribe';

const Panel = () => {
  const [state, setState] = useState<PanelState>();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);

  const run = async (action: Action) => {
    setBusy(true);
    setFailed(false);
    try {
      setState((await invoke(action)) as PanelState);
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  };

  useEffect(() => {
    void run('state');
  }, []);

  if (failed) {
    return (
      <SectionMessage appearance="error" title="Watchtower did not answer">
        <Button onClick={() => run('state')}>Try again</Button>
      </SectionMessage>
    );
  }
  if (!state) {
    return <Spinner label="Loading" />;
  }
  return (
    <Stack space="space.100">
      <Text>{summary(state)}</Text>
      <Inline>
        <Button
          appearance={state.subscribed ? 'default' : 'primary'}
          isDisabled={busy}
          onClick={() => run(state.subscribed ? 'unsubscribe' : 'subscribe')}
        >
          {state.subscribed ? 'Stop alerts' : 'Alert me'}
        </Button>
      </Inline>
    </Stack>
  );
};

ForgeReconciler.render(
  <React.StrictMode>
    <Panel />
  </React.StrictMode>,
);
