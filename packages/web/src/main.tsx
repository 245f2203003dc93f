import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api.ts';
import './parts/tokens.css';
import './parts/base.css';
import './parts/surface.css';
import './parts/layout.css';
import './parts/queue.css';
import './parts/incident.css';
import './parts/bars.css';
import './parts/narrow.css';
import './parts/print.css';
import { applyTheme } from './parts/theme.ts';
import { ToastArea } from './parts/toast.tsx';
import { router } from './router.tsx';

applyTheme();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ToastArea>
          <RouterProvider router={router} />
        </ToastArea>
      </QueryClientProvider>
    </StrictMode>,
  );
}
