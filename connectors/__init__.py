"""CRMs behind one interface. A leaf: it knows nothing of the rest of the house."""
