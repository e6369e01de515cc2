/** What the panel knows: how many people watch the item, not who they are. */
export interface PanelState {
  subscribed: boolean;
  others: number;
}

export function summary({ subscribed, others }: PanelState): string {
  const people = others === 1 ? '1 other person gets' : `${others} other people get`;
  return subscribed
    ? `You get a mail when this changes. ${people} one too.`
    : `${people} a mail when this changes.`;
}
