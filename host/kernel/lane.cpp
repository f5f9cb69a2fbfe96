#include "kernel/lane.hpp"

#include <pthread.h>

#include <exception>
#include <utility>

#include "base/log.hpp"

namespace hermit {

Lane::Lane(std::string name) : name_(std::move(name)) {}

Lane::~Lane() { join(); }

void Lane::post(Task task) {
  {
    Lock lock(mutex_);
    if (!stopped_) {
      tasks_.push_back(std::move(task));
      task = nullptr;
    }
  }
  changed_.notify_one();
}

void Lane::run() {
  for (;;) {
    Task task;
    {
      Lock lock(mutex_);
      while (tasks_.empty() && !stopped_) changed_.wait(lock);
      if (stopped_) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    try {
      task();
    } catch (const std::exception& error) {
      log::error("a task on lane {} failed: {}", name_, error.what());
    }
  }
}

void Lane::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.c_str());
    run();
  });
}

void Lane::stop() {
  std::deque<Task> dropped;
  {
    Lock lock(mutex_);
    stopped_ = true;
    dropped.swap(tasks_);
  }
  changed_.notify_all();
}

void Lane::join() {
  stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace hermit
