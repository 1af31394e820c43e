// Tasks of several classes that send packets to each other's queues.
class Packet {
  constructor(kind, value) {
    this.kind = kind;
    this.value = value;
    this.next = null;
  }
}

class Queue {
  constructor() {
    this.first = null;
    this.last = null;
    this.length = 0;
  }
  put(packet) {
    packet.next = null;
    if (this.last) this.last.next = packet; else this.first = packet;
    this.last = packet;
    this.length++;
  }
  take() {
    const packet = this.first;
    this.first = packet.next;
    if (!packet.next) this.last = null;
    this.length--;
    return packet;
  }
}

class Task {
  constructor(name, priority) {
    this.name = name;
    this.priority = priority;
    this.queue = new Queue();
    this.runs = 0;
    this.total = 0;
    this.peer = null;
  }
  ready() { return this.queue.length > 0; }
  send(packet) { this.peer.queue.put(packet); }
  step() {
    this.runs++;
    this.handle(this.queue.take());
  }
}

// Sends packets off again with another value.
class Worker extends Task {
  handle(packet) {
    packet.value = (packet.value * 5 + this.priority) % 1009;
    this.total += packet.value;
    this.send(packet);
  }
}

// Puts two packets together and takes them apart again.
class Pairs extends Task {
  handle(packet) {
    if (!this.waiting) {
      this.waiting = packet;
      return;
    }
    const first = this.waiting;
    this.waiting = null;
    [first.value, packet.value] = [packet.value, first.value];
    this.total += first.value - packet.value;
    this.send(first);
    this.send(packet);
  }
}

// Makes new packets of old ones.
class Device extends Task {
  handle(packet) {
    const kind = packet.kind === "read" ? "write" : "read";
    if (kind === "read") this.total++;
    this.send(new Packet(kind, packet.value + 1));
  }
}

class Scheduler {
  constructor(tasks) { this.tasks = tasks; }
  run(steps) {
    const tasks = this.tasks;
    for (; steps > 0; steps--) {
      let best = null;
      for (let i = 0; i < tasks.length; i++) {
        const task = tasks[i];
        if (task.ready() && (!best || task.runs * best.priority <
                                      best.runs * task.priority))
          best = task;
      }
      best.step();
    }
  }
}

function bench(size) {
  const tasks = [
    new Worker("one", 3), new Pairs("two", 2), new Device("three", 5),
    new Worker("four", 1), new Device("five", 4), new Worker("six", 2),
  ];
  for (let i = 1; i <= tasks.length; i++) {
    tasks[i - 1].peer = tasks[i % tasks.length];
    for (let k = 1; k <= 3; k++)
      tasks[i - 1].queue.put(new Packet("read", i * k));
  }
  new Scheduler(tasks).run(size);
  let sum = 0;
  for (const task of tasks)
    sum = ((sum * 31 + task.total) % 1000003 + 1000003) % 1000003;
  return sum;
}
