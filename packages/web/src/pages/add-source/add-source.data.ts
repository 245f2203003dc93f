import type { NewPushSourceBody } from '@cordon/contract';
import { useMutation } from '@tanstack/react-query';
import { api, queryClient } from '../../api.ts';

export const useCreatePushSource = () =>
  useMutation({
    mutationFn: (body: NewPushSourceBody) => api.createPushSource({ body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['sources'] }),
  });
