import { httpResource } from '@angular/common/http';
import { Component, inject } from '@angular/core';
import { Login } from './login';
import { cloud } from './settings';

@Component({
  template: `
    <h1>{{ user.hasValue() ? 'Hello, ' + user.value().name : 'Hello' }}</h1>
    <button (click)="login.end()">Log out</button>
  `,
})
export class Home {
  protected readonly login = inject(Login);
  protected readonly user = httpResource<{ name: string }>(() => `${cloud.api}/api/v2/users/me`);
}
