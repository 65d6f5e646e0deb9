// The screens of corrections, in one chunk.

import '../ui/requests.css';

export { AskCorrection } from './ask.tsx';
export { CorrectionCards } from './card.tsx';
export { CorrectionList } from './list.tsx';
export { Outages } from './outage.tsx';
export { CorrectionPage } from './page.tsx';
