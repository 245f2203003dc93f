import type { LoginBody } from '@cordon/contract';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

/** Logs in and forgets what a stranger saw. */
export const useLogin = () =>
  useMutation({
    mutationFn: (body: LoginBody) => api.logIn({ body }),
    onSuccess: (me) => {
      queryClient.clear();
      queryClient.setQueryData(['me'], me);
    },
  });
