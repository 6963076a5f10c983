// Stands in for Pinwheel's script: the global Pinwheel with open and close, a modal in place of the real one, and the events
// of the real one, in the order and with the spelling of a recorded session.
'use strict';

(() => {
  const platform = { id: '5965580e-380f-4b86-8a8a-7278c77f73cb', name: 'Workday' };
  const employers = [
    { id: '6f1d2a58-7d2d-5c12-8620-86f59f4bab29', name: 'Contoso Foods' },
    { id: '0b9a4c1e-53d0-5f8e-9c67-2f1d86b0a3e4', name: 'Northwind Grocers' },
    { id: '3c7e2d90-16ab-5a44-8d21-7be05f9c4d18', name: 'Fabrikam Logistics' },
  ];

  const make = (tag, props, ...children) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...children);
    return node;
  };

  let current; // the modal that is open

  class Modal {
    constructor(options) {
      this.options = options;
      this.screen = null;
      this.body = make('div', { className: 'modal' });
      this.dialog = make('dialog', {}, this.body);
      this.dialog.setAttribute('aria-label', 'Connect your payroll account');
      this.dialog.addEventListener('cancel', (event) => { event.preventDefault(); this.exit(); });
      document.body.append(this.dialog);
      this.dialog.showModal();
      this.emit('open', {});
      this.search();
    }

    // emit reports an event as the real script does: onEvent first, then the callback of that event, if there is one.
    emit(name, payload, callback) {
      this.options.onEvent?.(name, payload);
      this.options[callback]?.(payload);
    }

    // go reports the change of screens twice, as the real script does.
    go(screenName, selected = {}) {
      const fields = Object.entries({ screenName, ...selected, previousScreenName: this.screen ?? 'null' });
      this.emit('other_event', {
        name: 'screen_transition_expanded',
        payload: fields.map(([key, value]) => ({ key, value, type: 'string' })),
      });
      this.emit('screen_transition', { screenName, ...selected });
      this.screen = screenName;
    }

    render(title, ...children) {
      const close = make('button', { type: 'button', className: 'plain', textContent: '✕', onclick: () => this.exit() });
      close.setAttribute('aria-label', 'Close');
      this.body.replaceChildren(make('header', {}, make('h2', { textContent: title }), close), ...children);
      (this.body.querySelector('input, select, li button') ?? close).focus();
    }

    async call(path, message) {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ link_token: this.options.linkToken, ...message }),
      });
      if (!answer.ok) throw new Error(`the simulated provider answered ${answer.status}`);
      return answer.json();
    }

    fail(type, code, message) {
      this.emit('error', { type, code, message, pendingRetry: false }, 'onError');
      const note = this.body.querySelector('.wrong');
      if (note) note.textContent = message;
    }

    search() {
      this.go('SEARCH_DEFAULT');
      const list = employers.map((employer) => make('li', {}, make('button',
        { type: 'button', onclick: () => this.select(employer) },
        employer.name, make('small', { textContent: `pays with ${platform.name}` }))));
      this.render('Find your employer', make('p', { textContent: 'A simulated modal: nothing leaves this machine.' }), make('ul', {}, ...list));
    }

    select(employer) {
      const selected = { selectedEmployerId: employer.id, selectedEmployerName: employer.name };
      this.emit('select_employer', selected);
      this.go('LOGIN', { ...selected, selectedPlatformId: platform.id, selectedPlatformName: platform.name });
      this.login();
    }

    login() {
      const user = make('input', { name: 'username', autocomplete: 'off', required: true, value: 'user_good' });
      const password = make('input', { name: 'password', type: 'password', autocomplete: 'off', required: true, value: 'pass_good' });
      const submit = make('button', { textContent: 'Log in' });
      const form = make('form', { className: 'modal' },
        make('label', {}, 'User name', user), make('label', {}, 'Password', password),
        make('p', { className: 'wrong', role: 'alert' }),
        make('p', { textContent: 'Another password than pass_good is a wrong one.' }), submit);
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        submit.disabled = true;
        await this.attempt(password.value === 'pass_good');
        submit.disabled = false;
      });
      this.render(`Log in to ${platform.name}`, form);
    }

    async attempt(good) {
      this.emit('login_attempt', { platformId: platform.id }, 'onLoginAttempt');
      this.emit('other_event', {
        name: 'input_submit',
        payload: ['username', 'password'].map((value) => ({ key: 'input_type', type: 'string', value })), // the key repeats
      });
      if (!good) {
        this.fail('invalidUserInput', 'invalidCredentials', 'The user name or the password is wrong.');
        return;
      }
      try {
        const answer = await this.call('/sim/login', { platform_id: platform.id, platform_name: platform.name });
        this.account = { accountId: answer.account_id, platformId: platform.id };
      } catch (err) {
        this.fail('systemError', 'internalError', err.message);
        return;
      }
      this.emit('login', { platformId: platform.id, accountId: this.account.accountId }, 'onLogin');
      this.emit('success', { ...this.account, job: 'login' }, 'onSuccess');
      this.go('DD_AMOUNT_SELECTION');
      this.allocate();
    }

    allocate() {
      const amount = make('input', { name: 'amount', type: 'number', min: 1, step: 1, required: true, value: 120 });
      const submit = make('button', { textContent: 'Send it here' });
      const form = make('form', { className: 'modal' },
        make('label', {}, 'Dollars of every salary', amount), make('p', { className: 'wrong', role: 'alert' }), submit);
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        submit.disabled = true;
        await this.switchDeposit(Number(amount.value));
        submit.disabled = false;
      });
      this.render('How much should go to your new account?', form);
    }

    async switchDeposit(value) {
      const params = { action: 'partial_switch', allocation: { type: 'amount', value } };
      this.emit('input_allocation', params);
      try {
        await this.call('/sim/allocate', { action: params.action, ...params.allocation });
      } catch (err) {
        this.fail('systemError', 'internalError', err.message);
        return;
      }
      this.emit('success', { ...this.account, job: 'direct_deposit_switch', params }, 'onSuccess');
      this.go('JOB_SUCCESS');
      this.render('All done', make('p', { textContent: 'Your salary is on its way.' }),
        make('button', { type: 'button', textContent: 'Finish', onclick: () => this.exit() }));
    }

    exit() {
      if (current !== this) return;
      current = undefined;
      this.dialog.close();
      this.dialog.remove();
      this.emit('exit', {}, 'onExit');
    }
  }

  globalThis.Pinwheel = {
    open(options) { current ??= new Modal(options); },
    close() { current?.exit(); },
  };
})();
