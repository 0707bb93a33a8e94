"""What can be done at the clinic. Each verb changes the database in one transaction, together with
its entry in the audit trail; whoever calls one has asked `permits` before.
"""
