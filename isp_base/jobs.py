"""The order of all jobs: ``priority`` of queue_job, the smaller the sooner.

Who has paid is let through before anything else is done; what tells people of work
comes after the work. Channels are data: ``queue.job.function``.
"""

RESTORE = 2  # a line is let through again
CHANGE = 5  # a line gets another speed, address or isolation
CHECK = 8  # what is on a device is compared, or tried again
WORK = 10  # billing, isolation, take-over: queue_job's own
SEND = 20  # invoices by mail, after all batches of their run
REMIND = 30  # reminders
