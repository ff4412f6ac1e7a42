import { type HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { from, switchMap } from 'rxjs';
import { Login } from './login';
import { cloud } from './settings';

/** Adds the access token to calls of the API, and to no other origin's. */
export const bearer: HttpInterceptorFn = (request, next) => {
  const login = inject(Login);
  if (new URL(request.url, location.href).origin !== new URL(cloud.api).origin) return next(request);
  return from(login.token()).pipe(
    switchMap((token) => next(request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }))),
  );
};
