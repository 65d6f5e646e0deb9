import { render } from 'preact';
import { registerWorker } from './shell/worker.ts';

const root = document.getElementById('app');
if (root) render(<h1>门岗</h1>, root);
registerWorker().catch(console.error);
