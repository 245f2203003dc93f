import type { SetupBody } from '@cordon/contract';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

/** Makes the first administrator and logs in. */
export const useSetup = () =>
  useMutation({
    mutationFn: (body: SetupBody) => api.setUp({ body }),
    onSuccess: (me) => {
      queryClient.clear();
      queryClient.setQueryData(['me'], me);
    },
  });
