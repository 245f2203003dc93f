// The console is an application; what others may import from it is nothing but the name of its root element.

/** Id of the element the console is put into. */
export const ROOT_ID = 'root';
